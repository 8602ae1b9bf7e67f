import type { ComponentChildren } from 'preact'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'

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
  // It opens as it is drawn: a key that comes before the next frame is meant for it already.
  useLayoutEffect(() => {
    const dialog = root.current
    if (isOpen && dialog !== null && !dialog.open) dialog.showModal()
  }, [isOpen])
  // It closes behind the key that closes it, whose press would else go to what has the focus then.
  useEffect(() => {
    if (!isOpen) root.current?.close()
  }, [isOpen])
  // The browser leaves the focus in a dialog that Esc has closed until the next frame: a key before it would be lost.
  const closeByKey = (event: Event) => {
    const dialog = root.current
    if (dialog === null || event.target !== dialog) return
    dialog.close()
    if (document.activeElement instanceof HTMLElement && dialog.contains(document.activeElement)) {
      document.activeElement.blur()
    }
  }
  // The browser tells of it with the next frame: the page may have taken the dialog away by then, and opened another.
  const closed = (event: Event) => {
    if (event.target === root.current) onClose()
  }
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Esc is the key for it, and the browser's
    <dialog
      ref={root}
      class={`dialog ${name}`}
      aria-label={title}
      onCancel={closeByKey}
      onClose={closed}
      onClick={(event) => {
        if (event.target === root.current) onClose()
      }}
    >
      {isOpen && <div class="dialog-body">{children}</div>}
    </dialog>
  )
}
