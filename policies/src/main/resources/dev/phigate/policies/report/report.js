"use strict";
(() => {
  const form = document.getElementById("filters");
  const search = document.getElementById("search");
  const verdict = document.getElementById("verdict");
  const citation = document.getElementById("citation");
  const shown = document.getElementById("shown");
  const findings = [...document.querySelectorAll("article")].map((article) => ({
    article, text: article.textContent.toLowerCase(), verdict: article.dataset.verdict, citations: article.dataset.citations.split(" "),
  }));
  const apply = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const finding of findings) {
      const fits = (!verdict.value || finding.verdict === verdict.value)
        && (!citation.value || finding.citations.includes(citation.value))
        && words.every((word) => finding.text.includes(word));
      finding.article.hidden = !fits;
      count += fits ? 1 : 0;
    }
    shown.textContent = count + " of " + findings.length + " shown";
  };
  form.hidden = findings.length === 0;
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  apply();
})();
