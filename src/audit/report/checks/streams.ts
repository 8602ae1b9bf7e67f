import { type Breach, breach, type Check, type CheckedReport, isNear } from './checked.js'

const STREAM = /^(([^/]+)\/stream\/[^/]+\/[^/]+)\/received$/

/** Rows of streams agree with themselves, and the headline of completeness with all of them. */
export const streams: Check = {
  id: 'streams',
  *breaches(checked) {
    const byPlant = new Map<string, { received: number; due: number }>()
    for (const { caught } of checked.matching(STREAM)) {
      const [stem, plant] = caught as [string, string]
      yield* stream(checked, stem, plant)
      const [received, due] = [checked.number(`${stem}/received`), checked.number(`${stem}/expected`)]
      if (received === null || due === null) continue
      const sum = byPlant.get(plant) ?? { received: 0, due: 0 }
      byPlant.set(plant, { received: sum.received + Math.min(received, due), due: sum.due + due })
    }
    for (const [plant, sum] of byPlant) yield* headline(checked, plant, sum)
  },
}

function* stream(checked: CheckedReport, stem: string, plant: string): Generator<Breach> {
  const of = (name: string) => checked.number(`${stem}/${name}`)
  const [received, due, complete] = [of('received') ?? 0, of('expected'), of('completeness')]
  for (const name of ['good', 'late', 'assumed']) {
    const some = of(name) ?? 0
    if (some > received) {
      yield breach(`${stem}/${name}`, `${some} of ${received} readings`, `${received} 个读数中有 ${some} 个`)
    }
  }
  const hours = checked.dueHours(plant)
  if ((of('gap_hours') ?? 0) > hours + 1e-6) {
    yield breach(
      `${stem}/gap_hours`,
      `${of('gap_hours')} h of gaps in ${hours} h`,
      `${hours} 小时内缺口 ${of('gap_hours')} 小时`,
    )
  }
  if (due === null || due === 0 || complete === null) return
  const percent = (Math.min(received, due) / due) * 100
  if (!isNear(complete, percent)) {
    yield breach(
      `${stem}/completeness`,
      `says ${complete} %, and ${received} of ${due} readings came: ${percent} %`,
      `为 ${complete} %，而应收 ${due} 个读数收到 ${received} 个：应为 ${percent} %`,
    )
  }
}

/** Compares the headline with the streams. In edition 1 they were not the same: there the headline counted from the first reading on. */
function* headline(
  checked: CheckedReport,
  plant: string,
  { received, due }: { readonly received: number; readonly due: number },
): Generator<Breach> {
  const id = `${plant}/data_completeness`
  const stated = checked.number(id)
  if (stated === null || due === 0) return
  const percent = (received / due) * 100
  if (isNear(stated, percent)) return
  // Streams that begin within the period were complete by the rules of edition 1.
  if (checked.edition === 1 && stated <= percent + 0.5) return
  yield {
    ...breach(
      id,
      `says ${stated} %, and the streams of the table come to ${percent} %`,
      `为 ${stated} %，而表中各数据流合计为 ${percent} %`,
    ),
    isOfEdition: checked.edition === 1,
  }
}
