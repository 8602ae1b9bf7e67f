import type { Right } from '../../../src/base/roles.js'
import { whyNot } from '../session.js'
import { Icon } from './icon.js'

/** In place of what somebody may not see: who can. */
export function NotAllowed({ right }: { readonly right: Right }) {
  return (
    <p class="not-allowed" data-needs={right}>
      <Icon name="account" size={14} />
      {whyNot(right, true)}
    </p>
  )
}
