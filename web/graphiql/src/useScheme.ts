import { useGraphiQL } from '@graphiql/react';
import { useEffect } from 'react';

/** Let the editors change from light to dark along with the device; GraphiQL looks at it only once. */
export function useScheme() {
  const { theme, setTheme } = useGraphiQL((state) => ({
    theme: state.theme,
    setTheme: state.actions.setTheme,
  }));
  useEffect(() => {
    const device = matchMedia('(prefers-color-scheme: dark)');
    const follow = () => setTheme(theme);
    device.addEventListener('change', follow);
    return () => device.removeEventListener('change', follow);
  }, [theme, setTheme]);
}
