import { useGraphiQL } from '@graphiql/react';
import { useEffect } from 'react';

/** Lets the editors follow the device from light to dark. GraphiQL itself looks at the device only once. */
export function useColorScheme() {
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
