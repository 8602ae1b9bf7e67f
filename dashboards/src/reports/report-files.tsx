import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { ReportItem } from '../../../src/base/report.js'
import { ActButton } from '../ui/act-button.js'
import { Icon } from '../ui/icon.js'
import { fileAddress } from './gateway.js'
import { reportWords } from './words.js'

interface FilesProps {
  readonly item: ReportItem
  readonly onBundle: () => void
}

/** The report in every format, and all that is needed to check it elsewhere. */
export function ReportFiles({ item, onBundle }: FilesProps) {
  const w = reportWords()
  const isOpen = useSignal(false)
  const root = useRef<HTMLSpanElement>(null)
  useEffect(() => {
    const close = (event: Event) => {
      const isEscape = event instanceof KeyboardEvent && event.key === 'Escape'
      const isBeside = event.type === 'pointerdown' && !root.current?.contains(event.target as Node)
      if (isEscape || isBeside) isOpen.value = false
    }
    addEventListener('pointerdown', close)
    addEventListener('keydown', close)
    return () => {
      removeEventListener('pointerdown', close)
      removeEventListener('keydown', close)
    }
  }, [])
  const files = [
    [w.files.pdfEn, fileAddress(item, 'pdf', { language: 'en' })],
    [w.files.pdfZh, fileAddress(item, 'pdf', { language: 'zh' })],
    [w.files.pdfBoth, fileAddress(item, 'pdf', { language: 'both' })],
    [w.files.xlsxEn, fileAddress(item, 'xlsx', { language: 'en' })],
    [w.files.xlsxZh, fileAddress(item, 'xlsx', { language: 'zh' })],
    [w.files.csv, fileAddress(item, 'csv')],
    [w.files.json, fileAddress(item, 'json')],
  ] as const
  return (
    <span ref={root} class="report-menu">
      <button
        type="button"
        class={`button ${item.status === 'draft' ? '' : 'is-primary'}`}
        aria-expanded={isOpen.value}
        onClick={() => (isOpen.value = !isOpen.value)}
      >
        <Icon name="download" />
        {w.acts.download}
        <Icon name="chevronDown" size={14} />
      </button>
      {isOpen.value && (
        <div class="menu report-files">
          <ul>
            {files.map(([name, address]) => (
              <li key={name}>
                <a class="menu-item" href={address} download onClick={() => (isOpen.value = false)}>
                  {name}
                </a>
              </li>
            ))}
          </ul>
          {item.status === 'draft' ? (
            <p class="report-file-note faint">{w.files.bundleOfDraft}</p>
          ) : (
            <>
              <ActButton
                right={item.has_bundle ? 'view' : 'audit'}
                type="button"
                class="menu-item is-strong"
                onClick={() => {
                  isOpen.value = false
                  onBundle()
                }}
              >
                {w.files.bundle}
              </ActButton>
              <p class="report-file-note faint">{w.files.bundleNote}</p>
            </>
          )}
        </div>
      )}
    </span>
  )
}
