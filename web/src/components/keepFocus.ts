/** After a dialog or a message the focus is on what had it before. If that has gone, it is on the page's content. */
export const keepFocus = () => {
  const focusContent = () => {
    if (document.activeElement === document.body)
      document.getElementById('content')?.focus({ preventScroll: true });
  };
  requestAnimationFrame(() => requestAnimationFrame(focusContent)); // the library restores the focus in the first one
};
