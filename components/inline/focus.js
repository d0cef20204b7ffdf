// Give the keyboard back to a button once it is there: a reader who goes on by keys goes on from it.
{
  const { button } = document.querySelector("[data-script=focus]").dataset;
  for (let wait = 0; wait < 3000; wait += 100)
    setTimeout(() => {
      if (document.activeElement === document.body) document.querySelector(button)?.focus();
    }, wait);
}
