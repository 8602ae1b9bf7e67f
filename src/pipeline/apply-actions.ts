import type { ArchiveBatch } from '../archive/batch.js'
import type { AnomalyVerdicts } from '../insight/anomalies/verdicts.js'
import type { Alarms } from '../kpi/alarms/alarms.js'
import type { Decoding } from './decoding.js'
import type { OperatorActions } from './operator-actions.js'

interface ActedOn {
  readonly alarms: Pick<Alarms, 'take'>
  readonly verdicts: Pick<AnomalyVerdicts, 'add'>
  readonly actions: Pick<OperatorActions, 'arrived'>
}

type Acts = NonNullable<ArchiveBatch['actions']>

/** Hands facts of devices and acts of people, once they are archived, to those who go by them. */
export function applyActions(
  { facts, actions }: Pick<Decoding, 'facts'> & { readonly actions: Acts },
  to: ActedOn,
): void {
  if (facts.length + actions.length === 0) return
  const position = facts.at(-1)?.position ?? -1
  to.alarms.take(
    facts.map(({ fact }) => fact),
    actions.flatMap(({ act, atMs }) => (act.what === 'forget' || act.what === 'anomaly' ? [] : [{ act, atMs }])),
    position,
  )
  for (const { act, atMs } of actions) {
    if (act.what === 'anomaly') to.verdicts.add({ act, atMs })
    to.actions.arrived(act)
  }
}
