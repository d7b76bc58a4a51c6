// Theme: light, dark or the system's; stored in this browser.
import { useEffect, useState } from 'preact/hooks';

export type Theme = 'system' | 'light' | 'dark';

const next: Readonly<Record<Theme, Theme>> = { system: 'light', light: 'dark', dark: 'system' };
const isTheme = (word: string | null): word is Theme => word !== null && word in next;

export function useTheme(): { theme: Theme; turn: () => void } {
  const [theme, setTheme] = useState<Theme>(() => {
    const kept = localStorage.getItem('llmgw.theme');
    return isTheme(kept) ? kept : 'system';
  });
  useEffect(() => {
    if (theme === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
    localStorage.setItem('llmgw.theme', theme);
  }, [theme]);
  return { theme, turn: () => setTheme(next[theme]) };
}
