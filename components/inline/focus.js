// Whoever goes on by keyboard goes on from the button that led away, once it is there.
{
  const { button } = document.querySelector("[data-script=focus]").dataset;
  for (let wait = 0; wait < 3000; wait += 100)
    setTimeout(() => {
      if (document.activeElement === document.body) document.querySelector(button)?.focus();
    }, wait);
}
