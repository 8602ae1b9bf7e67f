import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'

interface DialogProps {
  readonly title: string
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly class?: string
  readonly children: ComponentChildren
}

/** The browser's own modal: it holds the focus, closes with Esc and by a click beside it, and gives the focus back. */
export function Dialog({ title, isOpen, onClose, class: name = '', children }: DialogProps) {
  const root = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const dialog = root.current
    if (dialog === null || dialog.open === isOpen) return
    if (isOpen) dialog.showModal()
    else dialog.close()
  }, [isOpen])
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Esc is the key for it, and the browser's
    <dialog
      ref={root}
      class={`dialog ${name}`}
      aria-label={title}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === root.current) onClose()
      }}
    >
      {isOpen && <div class="dialog-body">{children}</div>}
    </dialog>
  )
}
