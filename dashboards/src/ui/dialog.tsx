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
  const isPressedBeside = useRef(false)
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
    onClose()
  }
  // The browser tells of any close with the next frame: the page may have taken the dialog away by then, or opened it anew.
  const closed = (event: Event) => {
    const dialog = root.current
    if (isOpen && event.target === dialog && !dialog?.open) onClose()
  }
  // A press that begins in the dialog and ends beside it is a choice of text, whose click the browser gives to the dialog too.
  const closeBeside = ({ target }: Event) => {
    if (target === root.current && isPressedBeside.current) onClose()
  }
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Esc is the key for it, and the browser's
    <dialog
      ref={root}
      class={`dialog ${name}`}
      aria-label={title}
      onCancel={closeByKey}
      onClose={closed}
      onPointerDown={({ target }) => {
        isPressedBeside.current = target === root.current
      }}
      onClick={closeBeside}
    >
      {isOpen && <div class="dialog-body">{children}</div>}
    </dialog>
  )
}
