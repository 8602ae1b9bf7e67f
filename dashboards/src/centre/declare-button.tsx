import { useSignal } from '@preact/signals'
import { DAY_MS } from '../../../src/base/durations.js'
import type { EntryItem } from '../../../src/base/wire/entries.js'
import type { PlantNode } from '../../../src/base/wire.js'
import { post } from '../gateway/api.js'
import { goTo } from '../nav.js'
import { makeDraft } from '../reports/gateway.js'
import { useWork } from '../reports/job.js'
import { actingAs, actor } from '../session.js'
import { nowMs } from '../state.js'
import { localMs } from '../time/time.js'
import { ActButton } from '../ui/act-button.js'
import { FormDialog } from '../ui/form-dialog.js'
import { JobProgress, Problem } from '../ui/job-progress.js'
import { notify } from '../ui/notice.js'
import { WhoField } from '../ui/who-field.js'
import { useCentreWords } from './words.js'

/** The figures of a declaration are of so many days that are over. */
const DAYS = 30

/** Puts on record which functions are in use, and makes the declaration out of it. */
export function DeclareButton({ plant }: { readonly plant: PlantNode }) {
  const w = useCentreWords()
  const isAsked = useSignal(false)
  const who = useSignal(actor.peek())
  const work = useWork()
  const make = () => {
    const todayMs = localMs(nowMs.peek(), plant.timezone)
    const day = (ms: number) => new Date(ms).toISOString().slice(0, 10)
    const days = { from: day(todayMs - DAYS * DAY_MS), to: day(todayMs) }
    work.begin(
      () => makeDraft({ plants: [plant.id], profile: 'centre-declaration', ...days, languages: ['zh', 'en'] }),
      (job) => {
        const made = job?.report
        if (made !== null && made !== undefined) goTo({ view: 'report', report: made.id, version: made.version })
      },
    )
  }
  return (
    <>
      {work.job.value !== null && <JobProgress job={work.job.value} />}
      <Problem text={work.problem.value} />
      <ActButton right="audit" class="button is-small" onClick={() => (isAsked.value = true)}>
        {w.declare}
      </ActButton>
      {isAsked.value && (
        <FormDialog<EntryItem>
          title={w.declare}
          cancel={w.cancel}
          submit={w.make}
          check={() => (actingAs(who.value) === '' ? w.nameMissing : '')}
          // Without an id of its own, what is found unchanged on the same day is the same entry, also after a draft that failed.
          act={() =>
            post<EntryItem>(`/plants/${encodeURIComponent(plant.id)}/centre-functions`, { by: actingAs(who.value) })
          }
          onDone={(entry) => {
            if (entry.status === 'proposed') notify(w.proposed)
            else make()
          }}
          onClose={() => (isAsked.value = false)}
        >
          <p>{w.declareNote}</p>
          <WhoField label={w.by} who={who} />
        </FormDialog>
      )}
    </>
  )
}
