// Set the language of the page, and the words that Streamlit has in English only.
{
  const { language, skip, choose } = document.querySelector("[data-script=words]").dataset;
  document.documentElement.lang = language;
  document.querySelector("[data-testid=stSkipToContent]").textContent = skip;
  document.documentElement.style.setProperty("--choose-file", JSON.stringify(choose));
}
