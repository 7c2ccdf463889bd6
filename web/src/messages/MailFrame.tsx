import { useRef, useState } from 'react';

const TAG = /<[a-z](?:"[^"]*"|'[^']*'|[^'">])*>/gi;

/**
 * The HTML of a mail, which runs nothing: no scripts, no forms, no links.
 *
 * A frame of this kind has the content security policy of its page, and that forbids styles in attributes. So they come
 * in under another name, and are set one by one once the frame is loaded; whole style sheets bear the page's nonce.
 */
export function MailFrame({ html, title }: { html: string; title: string }) {
  const frame = useRef<HTMLIFrameElement>(null);
  const [height, setHeight] = useState(0); // px
  const nonce = document.querySelector<HTMLElement>('[nonce]')?.nonce ?? '';
  const inside = html
    .replace(TAG, (tag) => tag.replace(/\sstyle=/gi, ' data-style='))
    .replace(/<style\b/gi, `<style nonce="${nonce}"`);
  const onLoad = () => {
    const mail = frame.current?.contentDocument;
    if (!mail) return;
    for (const element of mail.querySelectorAll<HTMLElement>('[data-style]')) {
      element.style.cssText = element.dataset.style ?? '';
    }
    setHeight(mail.documentElement.scrollHeight);
  };
  return (
    <iframe
      ref={frame}
      className="mail-frame"
      title={title}
      sandbox="allow-same-origin" // so that the page reaches in; without allow-scripts nothing reaches out
      srcDoc={inside}
      style={{ height }}
      onLoad={onLoad}
    />
  );
}
