import type { AlarmSeverity, AlarmState } from '../../../src/base/alarm.js'

const SHAPES: Readonly<Record<AlarmSeverity, string>> = {
  critical: 'M5.1 1h5.8L15 5.1v5.8L10.9 15H5.1L1 10.9V5.1z',
  major: 'M8 1.6 15 14.4H1z',
  minor: 'M8 1.2 14.8 8 8 14.8 1.2 8z',
  warning: 'M8 2.6a5.4 5.4 0 1 1 0 10.8 5.4 5.4 0 0 1 0-10.8z',
}
const MARKS: Readonly<Partial<Record<AlarmSeverity, string>>> = {
  critical: 'M8 4.5v4M8 11.2v.1',
  major: 'M8 6.2v3.4M8 12v.1',
}

/** With an edge of the ground, so that it stands out of the shape. */
const CHECK = 'M9 12.2l2 2 4-4.4'

interface SeveritySignProps {
  readonly severity: AlarmSeverity
  /** Filled while it is active, an outline once it is cleared; the critical one breathes until it is acknowledged. */
  readonly state?: AlarmState
  readonly size?: number
}

/** The shape of a severity. Its word stands beside it: shape and word before colour. */
export function SeveritySign({ severity, state = 'active_unack', size = 16 }: SeveritySignProps) {
  const isCleared = state === 'cleared_unack' || state === 'cleared_ack'
  const mark = isCleared ? undefined : MARKS[severity]
  return (
    <svg
      class={`severity-sign is-${severity} is-${state}`}
      width={size}
      height={size}
      viewBox="0 0 16 16"
      aria-hidden="true"
    >
      <path class="severity-shape" d={SHAPES[severity]} />
      {mark !== undefined && <path class="severity-mark" d={mark} />}
      {state === 'active_ack' && (
        <>
          <path class="severity-check is-edge" d={CHECK} />
          <path class="severity-check" d={CHECK} />
        </>
      )}
    </svg>
  )
}
