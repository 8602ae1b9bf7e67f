import type { EntryStatus } from '../../../src/base/entries.js'
import type { EntryItem } from '../../../src/base/wire/entries.js'
import { language } from '../settings.js'
import { exactText, longDayText } from '../time/time.js'
import { ActButton } from '../ui/act-button.js'
import { Icon, type IconName } from '../ui/icon.js'
import { EntryText } from './entry-text.js'
import type { Asked } from './gateway.js'
import { entryWords } from './words.js'

interface EntryListProps {
  readonly entries: readonly EntryItem[]
  /** Name of the list: what its entries have in common. */
  readonly label: string
  readonly zone: string
  readonly onAsk: (asked: Asked) => void
}

const SHAPES: Readonly<Record<EntryStatus, IconName>> = {
  counted: 'check',
  recorded: 'check',
  proposed: 'clock',
  rejected: 'close',
  withdrawn: 'close',
}

/** Table of the entries on record, the newest day first, with what can be decided of each. */
export function EntryList({ entries, label, zone, onAsk }: EntryListProps) {
  const w = entryWords()
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <section class="table-wide" tabIndex={0} aria-label={label}>
      <table class="table entry-list">
        <thead>
          <tr>
            <th>{w.what}</th>
            <th>{w.of}</th>
            <th>{w.status}</th>
            <th class="wide-only">{w.who}</th>
            <th class="wide-only">{w.paper}</th>
            <th>
              <span class="sr-only">{w.acts}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <Row key={`${entry.device} ${entry.id}`} entry={entry} zone={zone} onAsk={onAsk} />
          ))}
        </tbody>
      </table>
    </section>
  )
}

/** Words for who put an entry on record, as the gateway knows it; a name alone proves nothing. */
export function originText(origin: EntryItem['origin']): string {
  const w = entryWords().origin
  if (origin === null) return w.earlier
  if (origin.kind === 'device') return w.device(origin.device, origin.ingress, origin.client)
  return origin.account === null ? w.anybody : w.account(origin.account)
}

function Row({ entry, zone, onAsk }: Omit<EntryListProps, 'entries' | 'label'> & { readonly entry: EntryItem }) {
  const w = entryWords()
  const lang = language.value
  const { refused, approved_by: approvedBy } = entry
  const at = Date.parse(entry.ts)
  return (
    <tr data-entry={entry.id} data-status={entry.status}>
      <td class="entry-what">
        <strong>{w.types[entry.type]}</strong>
        <br />
        <EntryText entry={entry} />
      </td>
      <td class="num is-left" title={exactText(at, zone, lang)}>
        {longDayText(at, zone, lang)}
      </td>
      <td>
        <span class={`entry-status is-${entry.status}`}>
          <Icon name={SHAPES[entry.status]} size={14} />
          {w.statuses[entry.status]}
        </span>
        {refused !== null && <p class="faint entry-why">{w.refusedBy(refused.by, refused.reason)}</p>}
      </td>
      <td class="wide-only">
        {entry.author}
        {approvedBy !== null && <p class="faint">{w.approvedBy(approvedBy)}</p>}
        <p class="faint entry-origin">{originText(entry.origin)}</p>
      </td>
      <td class="wide-only entry-why">{entry.document}</td>
      <td class="num">
        <span class="entry-acts">
          {entry.status === 'proposed' && (
            <>
              <ActButton right="audit" class="button is-small" onClick={() => onAsk({ entry, what: 'reject' })}>
                {w.reject}
              </ActButton>
              <ActButton right="audit" class="button is-small" onClick={() => onAsk({ entry, what: 'approve' })}>
                {w.approve}
              </ActButton>
            </>
          )}
          {(entry.status === 'counted' || entry.status === 'recorded') && entry.type !== 'correction' && (
            <ActButton right="audit" class="button is-small" onClick={() => onAsk({ entry, what: 'withdraw' })}>
              {w.withdraw}
            </ActButton>
          )}
        </span>
      </td>
    </tr>
  )
}
