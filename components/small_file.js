// Read a small file of the reader in the browser and send it over the socket of the page.
export default ({ data, parentElement, setTriggerValue }) => {
  const label = document.createElement("label");
  label.className = "small-file";
  label.append(data.label);
  const input = document.createElement("input");
  input.type = "file";
  input.accept = data.accept;
  input.onchange = async () => {
    const [file] = input.files;
    if (!file) return;
    // One byte more than is allowed shows the server that the file is too large.
    const bytes = new Uint8Array(await file.slice(0, data.limit_bytes + 1).arrayBuffer());
    let letters = "";
    for (const byte of bytes) letters += String.fromCharCode(byte);
    setTriggerValue("content", btoa(letters));
    input.value = ""; // the same file can be chosen again
  };
  label.append(input);
  parentElement.replaceChildren(label);
};
