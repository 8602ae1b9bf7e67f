import { type KpiInfo, SCOPES, WINDOWS } from '../../../src/base/kpi.js'
import type { FormValues } from './form-values.js'

/** Windows and scopes in which a figure is computed: a limit on any other would never be judged. */
export type FigureBounds = Pick<KpiInfo, 'windows' | 'scopes'>

/** Windows in which figures come: of a figure that is not known all of them, and shifts only where the plant has some. */
export function windowsOf(figure: FigureBounds | undefined, hasShifts: boolean): readonly string[] {
  return (figure?.windows ?? WINDOWS).filter((window) => window !== 'shift' || hasShifts)
}

/** Scopes of which figures come: of a figure that is not known all of them. */
export function scopesOf(figure: FigureBounds | undefined): readonly string[] {
  return figure?.scopes ?? SCOPES
}

/** Values after another figure was chosen: a window or scope in which it is not computed gives way to the next one above. */
export function valuesForFigure(values: FormValues, figure: FigureBounds | undefined, hasShifts: boolean): FormValues {
  if (figure === undefined) return values
  const { window, scope } = values
  return {
    ...values,
    ...(window !== undefined && { window: nextOf(WINDOWS, windowsOf(figure, hasShifts), window) }),
    ...(scope !== undefined && { scope: nextOf(SCOPES, scopesOf(figure), scope) }),
  }
}

function nextOf(all: readonly string[], computed: readonly string[], now: string): string {
  return all.slice(all.indexOf(now)).find((one) => computed.includes(one)) ?? computed[0] ?? now
}
