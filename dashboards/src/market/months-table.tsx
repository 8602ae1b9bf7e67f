import { useSignal } from '@preact/signals'
import type { AuditJob } from '../../../src/base/report.js'
import type { EntryItem } from '../../../src/base/wire/entries.js'
import type { PlantNode } from '../../../src/base/wire.js'
import type { MarketMonthItem } from '../../../src/views/wire/carbon-market.js'
import { newEntryId } from '../entries/gateway.js'
import { post } from '../gateway/api.js'
import { linkTo } from '../nav.js'
import { actingAs, actor } from '../session.js'
import { language } from '../settings.js'
import { minuteText } from '../time/time.js'
import { ActButton } from '../ui/act-button.js'
import { FormDialog } from '../ui/form-dialog.js'
import { notify } from '../ui/notice.js'
import { WhoField } from '../ui/who-field.js'
import { marketWords } from './words.js'

interface MonthsProps {
  readonly plant: PlantNode
  readonly months: readonly MarketMonthItem[]
  readonly onDone: () => void
}

/** Months that are over: how far each is, and the step that it waits for. */
export function MonthsTable({ plant, months, onDone }: MonthsProps) {
  const w = marketWords()
  const asked = useSignal<Asked | null>(null)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <section class="table-wide" tabIndex={0} aria-label={w.months}>
      <table class="table market-months">
        <thead>
          <tr>
            <th>{w.month}</th>
            <th>{w.state}</th>
            <th>{w.due}</th>
            <th>{w.by}</th>
            <th>{w.act}</th>
          </tr>
        </thead>
        <tbody>
          {months.map((month) => (
            <MonthRow key={month.month} plant={plant} of={month} onAsk={(next) => (asked.value = next)} />
          ))}
        </tbody>
      </table>
      {asked.value !== null && (
        <StepDialog plant={plant.id} asked={asked.value} onClose={() => (asked.value = null)} onDone={onDone} />
      )}
    </section>
  )
}

/** A step that somebody is about to take. */
interface Asked {
  readonly what: 'freeze' | 'attest'
  readonly of: MarketMonthItem
}

interface RowProps {
  readonly plant: PlantNode
  readonly of: MarketMonthItem
  readonly onAsk: (asked: Asked) => void
}

function MonthRow({ plant, of, onAsk }: RowProps) {
  const w = marketWords()
  const { month, state, overdue, late, due, report, attestation } = of
  const time = (at: string) => minuteText(Date.parse(at), plant.timezone, language.value)
  const canAttest = report !== null && !report.outdated && state !== 'attested'
  return (
    <tr data-month={month} data-state={state} data-overdue={overdue}>
      <td>{month}</td>
      <td>
        {w.states[state]}
        {overdue && <p class="market-overdue">{w.overdue}</p>}
        {report !== null && (
          <p>
            <a href={linkTo({ view: 'report', report: report.id, version: report.version })}>
              {w.document(String(report.version))}
            </a>
            {report.outdated && <span class="faint"> · {w.outdated}</span>}
          </p>
        )}
      </td>
      <td>{time(due)}</td>
      <td>
        {attestation === null ? (
          w.none
        ) : (
          <>
            {attestation.by}
            {attestation.role !== null && `, ${attestation.role}`}
            <p class="faint">
              {time(attestation.at)} · {w.document(String(attestation.version))}
              {late && ` · ${w.late}`}
            </p>
          </>
        )}
      </td>
      <td>
        {(report === null || report.outdated) && (
          <ActButton right="audit" class="button is-small" onClick={() => onAsk({ what: 'freeze', of })}>
            {w.freeze}
          </ActButton>
        )}
        {canAttest && (
          <ActButton right="audit" class="button is-small is-primary" onClick={() => onAsk({ what: 'attest', of })}>
            {w.attest}
          </ActButton>
        )}
      </td>
    </tr>
  )
}

interface StepProps {
  readonly plant: string
  readonly asked: Asked
  readonly onClose: () => void
  readonly onDone: () => void
}

function StepDialog({ plant, asked: { what, of }, onClose, onDone }: StepProps) {
  const w = marketWords()
  const who = useSignal(actor.peek())
  const role = useSignal('')
  // The same once more is the same entry.
  const id = useSignal(newEntryId())
  const isAttest = what === 'attest'
  const send = () => {
    const by = actingAs(who.value)
    if (!isAttest) return post<AuditJob | EntryItem>(`/reports/${encodeURIComponent(of.document)}/freeze`, { by })
    const office = role.value.trim()
    const said = { by, id: id.value, ...(office === '' ? {} : { role: office }) }
    return post<AuditJob | EntryItem>(
      `/plants/${encodeURIComponent(plant)}/carbon-market/${of.month}/attestation`,
      said,
    )
  }
  return (
    <FormDialog<AuditJob | EntryItem>
      title={`${isAttest ? w.attest : w.freeze}: ${of.month}`}
      cancel={w.cancel}
      submit={isAttest ? w.attest : w.freeze}
      check={() => (actingAs(who.value) === '' ? w.nameMissing : '')}
      act={send}
      onDone={(done) => {
        if (!isAttest) notify(w.freezing)
        else if ('status' in done && done.status === 'proposed') notify(w.proposed)
        onDone()
      }}
      onClose={onClose}
    >
      <p class="faint">
        {isAttest ? w.attestNote(of.month, String(of.report?.version ?? '')) : w.freezeNote(of.month)}
      </p>
      <WhoField label={w.name} who={who} />
      {isAttest && (
        <label class="field">
          {w.role}
          <input value={role.value} maxLength={64} onInput={(event) => (role.value = event.currentTarget.value)} />
        </label>
      )}
    </FormDialog>
  )
}
