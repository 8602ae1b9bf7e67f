import type { AnomalyKind } from '../../base/anomaly.js'
import type { AnomalyFinding } from './finding.js'

/** A sentence in both languages. */
export interface AnomalyText {
  readonly en: string
  readonly zh: string
}

type Said = Pick<AnomalyFinding, 'device' | 'other' | 'factor'>

/** Sentences by kind; amounts and times stand beside them, in the words of whoever shows them. */
const SENTENCES: Readonly<Record<AnomalyKind, (said: Said) => AnomalyText>> = {
  stuck: ({ device }) => ({
    en: `${device} is stuck: it shows one and the same value`,
    zh: `${device} 读数停滞：一直是同一数值`,
  }),
  spike: ({ device }) => ({
    en: `${device} has a spike: one value far above all before`,
    zh: `${device} 出现尖峰：个别数值远高于以往`,
  }),
  sign_swapped: ({ device }) => ({
    en: `${device} counts with the wrong sign: its current transformer may be the wrong way round`,
    zh: `${device} 符号相反：互感器可能接反`,
  }),
  unit_swapped: ({ device, factor }) => ({
    en: `${device} counts ${times(factor)} what is expected: a unit or a ratio is wrong`,
    zh: `${device} 读数为预期的 ${plain(factor)} 倍：单位或变比有误`,
  }),
  swapped_meters: ({ device, other }) => ({
    en: `${device} and ${other ?? 'another meter'} have changed places`,
    zh: `${device} 与 ${other ?? '另一块表'} 互换了位置`,
  }),
  conservation_broken: ({ device, other, factor }) => ({
    en: `${device} does not fit its balance${other === null ? '' : ` with ${other}`} any more: it counts ${times(factor)} what it should`,
    zh: `${device} ${other === null ? '' : `与 ${other} `}的计量平衡被打破：读数为应有值的 ${plain(factor)} 倍`,
  }),
  drift: ({ device, other, factor }) => ({
    en: `${device} drifts${other === null ? '' : ` against ${other}`}: it counts ${times(factor)} what it should by now`,
    zh: `${device} ${other === null ? '' : `相对 ${other} `}出现漂移：目前读数为应有值的 ${plain(factor)} 倍`,
  }),
  leak: ({ device }) => ({
    en: `${device} counts more than usual while nothing is planned: a leak, or something is left on`,
    zh: `${device} 在无生产计划时用量高于往常：可能泄漏或有设备未关`,
  }),
  compressed_air_base_load: ({ device }) => ({
    en: `${device} takes more than usual while nothing is planned: compressed air leaks`,
    zh: `${device} 在无生产计划时用量高于往常：压缩空气泄漏`,
  }),
  idle_waste: ({ device }) => ({
    en: `${device} takes more than usual while its machines make nothing`,
    zh: `${device} 在设备不生产时用量高于往常：空转浪费`,
  }),
  slower_cycle: ({ device, factor }) => ({
    en: `${device} is slower than itself: it takes ${times(factor)} the time for the same work`,
    zh: `${device} 比以往慢：同样的工作用时为原来的 ${plain(factor)} 倍`,
  }),
}

/** Says of a finding what is wrong, without a full stop. */
export function anomalySentence(finding: Said & Pick<AnomalyFinding, 'kind'>): AnomalyText {
  return SENTENCES[finding.kind](finding)
}

function times(factor: number | null): string {
  return factor === null ? 'something else than' : `${plain(factor)} times`
}

function plain(factor: number | null): string {
  return factor === null ? '—' : String(Number(factor.toPrecision(3)))
}
