import type { ComponentChildren } from 'preact'
import { ReportIcon, type ReportIconName } from './report-icon.js'

interface StepProps {
  readonly icon: ReportIconName
  readonly title: ComponentChildren
  /** At the right of the title. */
  readonly side?: ComponentChildren
  readonly children: ComponentChildren
}

/** One step on the line from a figure down to its proof. */
export function Step({ icon, title, side, children }: StepProps) {
  return (
    <li class="origin-step">
      <span class="origin-sign" aria-hidden="true">
        <ReportIcon name={icon} size={14} />
      </span>
      <h3>
        <span>{title}</span>
        {side !== undefined && <span class="origin-side">{side}</span>}
      </h3>
      <div class="origin-content">{children}</div>
    </li>
  )
}
