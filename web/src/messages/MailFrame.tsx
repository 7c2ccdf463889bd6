import { useEffect, useRef } from 'react';

const TAG = /<[a-z](?:"[^"]*"|'[^']*'|[^'">])*>/gi;
const BORDERS = 2; // px

/**
 * The HTML of a mail, as high as it is. It runs nothing: no scripts, no forms, no links.
 *
 * A frame of this kind has the content security policy of its page, and that forbids styles in attributes. So they come
 * in under another name, and are set one by one once the frame is loaded; whole style sheets bear the page's nonce.
 */
export function MailFrame({ html, title }: { html: string; title: string }) {
  const frame = useRef<HTMLIFrameElement>(null);
  const nonce = document.querySelector<HTMLElement>('[nonce]')?.nonce ?? '';
  const inside = html
    .replace(TAG, (tag) => tag.replace(/\sstyle=/gi, ' data-style='))
    .replace(/<style\b/gi, `<style nonce="${nonce}"`);
  useEffect(() => {
    const observer = new ResizeObserver(() => fit(frame.current));
    if (frame.current) observer.observe(frame.current);
    return () => observer.disconnect();
  }, []);
  const dress = () => {
    for (const element of frame.current?.contentDocument?.querySelectorAll<HTMLElement>('[data-style]') ?? [])
      element.style.cssText = element.dataset.style ?? '';
    fit(frame.current);
  };
  return (
    <iframe
      ref={frame}
      className="mail-frame"
      title={title}
      sandbox="allow-same-origin" // the page reaches in; without allow-scripts nothing reaches out
      srcDoc={inside}
      onLoad={dress}
    />
  );
}

function fit(frame: HTMLIFrameElement | null) {
  const body = frame?.contentDocument?.body;
  if (frame && body) frame.style.height = `${body.offsetHeight + BORDERS}px`;
}
