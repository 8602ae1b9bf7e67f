import { type ProposalReason, reasonText } from '../../../src/base/proposal-reasons.js'
import { language } from '../settings.js'

/** Reasons of a proposal, each a line. */
export function Reasons({ of }: { readonly of: readonly ProposalReason[] }) {
  return (
    <ul class="newcomer-reasons">
      {of.map((reason) => (
        <li key={reason.code}>{reasonText(reason, language.value)}</li>
      ))}
    </ul>
  )
}
