import { type ReactNode, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { Note } from './feedback';
import { download } from './files';

interface FileButtonProps {
  path: string;
  /** The name that the file gets. */
  name: string;
  /** What the button is called, if its text says too little. */
  label?: string;
  /** What is said if the file cannot be loaded. */
  failure: string;
  children: ReactNode;
}

/** Downloads a file of the server with the token of the person who is signed in. */
export function FileButton({ path, name, label, failure, children }: FileButtonProps) {
  const [failed, setFailed] = useState(false);
  const load = () => {
    setFailed(false);
    download(path, name).catch(() => setFailed(true));
  };
  return (
    <>
      <Button className="button" {...(label ? { 'aria-label': label } : {})} onPress={load}>
        {children}
      </Button>
      {failed && <Note tone="bad">{failure}</Note>}
    </>
  );
}
