// A native dialog: it keeps the focus inside while it is open, and gives it back where it came from.
import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

export function useDialog(): RefObject<HTMLDialogElement> {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const { current } = dialog;
    const from = document.activeElement;
    if (current === null) return;
    current.showModal();
    const first = current.querySelector<HTMLElement>(
      '.input input, .input textarea, .input select',
    );
    const wished = first ?? current.querySelector<HTMLElement>('[data-focus]');
    wished?.focus();
    return () => {
      current.close();
      // What opened it may be gone by now; then one goes on typing.
      const back = from instanceof HTMLElement && from.isConnected && from !== document.body;
      if (!back) document.querySelector<HTMLElement>('#composer')?.focus();
      else from.focus();
    };
  }, []);
  return dialog;
}
