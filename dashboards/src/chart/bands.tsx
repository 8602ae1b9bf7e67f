/** Expected amount of a time with its bounds, in the unit of the picture. */
export interface BandValue {
  /** Epoch ms. */
  readonly startMs: number
  readonly endMs: number
  readonly value: number | null
  readonly low_50: number | null
  readonly high_50: number | null
  readonly low_90: number | null
  readonly high_90: number | null
}

/** Places of a picture, in pixels. */
export interface BandPlace {
  readonly x: (ms: number) => number
  readonly y: (value: number) => number
}

/** A forecast in a picture: its bounds of 90 % and 50 % as areas, and what is expected as a dashed line of steps. */
export function Bands({ values, x, y }: BandPlace & { readonly values: readonly BandValue[] }) {
  const area = (lowOf: (one: BandValue) => number | null, highOf: (one: BandValue) => number | null) =>
    values
      .map((one) => {
        const [low, high] = [lowOf(one), highOf(one)]
        if (low === null || high === null) return ''
        return `M${pixels(x(one.startMs))} ${pixels(y(high))}H${pixels(x(one.endMs))}V${pixels(y(low))}H${pixels(x(one.startMs))}Z`
      })
      .join('')
  return (
    <g class="bands pillar-intelligent" data-quarters={values.length}>
      <path
        class="bands-90"
        d={area(
          ({ low_90 }) => low_90,
          ({ high_90 }) => high_90,
        )}
      />
      <path
        class="bands-50"
        d={area(
          ({ low_50 }) => low_50,
          ({ high_50 }) => high_50,
        )}
      />
      <path class="bands-line" d={stepLine(values, { x, y })} />
    </g>
  )
}

/** Path of what is expected, as steps; it is broken where nothing is. */
export function stepLine(values: readonly BandValue[], { x, y }: BandPlace): string {
  return values
    .map(({ startMs, endMs, value }, i) => {
      if (value === null) return ''
      const isJoined = values[i - 1]?.endMs === startMs && values[i - 1]?.value !== null
      return `${isJoined ? 'V' : `M${pixels(x(startMs))} `}${pixels(y(value))}H${pixels(x(endMs))}`
    })
    .join('')
}

function pixels(place: number): string {
  return place.toFixed(1)
}
