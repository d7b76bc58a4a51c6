// A native dialog: a focus trap while it is open, then focus restoration.
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
      // The opener may be gone; then the focus goes to the message field.
      const back = from instanceof HTMLElement && from.isConnected && from !== document.body;
      if (!back) document.querySelector<HTMLElement>('#composer')?.focus();
      else from.focus();
    };
  }, []);
  return dialog;
}
