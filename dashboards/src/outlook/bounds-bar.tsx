interface BoundsBarProps {
  /** All of it in words. */
  readonly label: string
  readonly value: number
  readonly low50: number
  readonly high50: number
  readonly low90: number
  readonly high90: number
  /** Limits or budgets, each drawn where it lies. */
  readonly amounts: readonly number[]
  /** True when what is expected is on the wrong side of an amount. */
  readonly isMissed: boolean
  /** An amount that is certain already, as a darker beginning of the bar. */
  readonly measured?: number | null
}

/** An expected amount on a scale from zero: its bounds as two bands, what is expected as a mark, and what it is compared with. */
export function BoundsBar({
  label,
  value,
  low50,
  high50,
  low90,
  high90,
  amounts,
  isMissed,
  measured = null,
}: BoundsBarProps) {
  const largest = Math.max(0, ...amounts)
  const end = Math.max(largest * 1.15, high90 * 1.05, Number.MIN_VALUE)
  // A saving may be below nothing.
  const start = Math.min(0, low90 * 1.05, ...amounts)
  const at = (amount: number) => `${(((amount - start) / (end - start)) * 100).toFixed(2)}%`
  const between = (low: number, high: number) => ({
    left: at(low),
    width: `${(((high - low) / (end - start)) * 100).toFixed(2)}%`,
  })
  return (
    <div class="outlook-block pillar-intelligent" role="img" aria-label={label}>
      {measured !== null && measured > 0 && <span class="outlook-block-measured" style={between(0, measured)} />}
      <span class="outlook-block-90" style={between(low90, high90)} />
      <span class="outlook-block-50" style={between(low50, high50)} />
      <span class={`outlook-block-mark ${isMissed ? 'is-over' : ''}`} style={{ left: at(value) }} />
      {amounts.map((amount) => (
        <span key={amount} class="outlook-block-limit" style={{ left: at(amount) }} />
      ))}
    </div>
  )
}
