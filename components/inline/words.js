// What the framework's own page says in English only, and in which language the page is.
{
  const { language, skip, choose } = document.querySelector("[data-script=words]").dataset;
  document.documentElement.lang = language;
  document.querySelector("[data-testid=stSkipToContent]").textContent = skip;
  document.documentElement.style.setProperty("--choose-file", JSON.stringify(choose));
}
