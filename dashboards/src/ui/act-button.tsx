import type { ComponentProps } from 'preact'
import type { Right } from '../../../src/base/roles.js'
import { may, whyNot } from '../session.js'
import { notify } from './notice.js'

type ActButtonProps = Omit<ComponentProps<'button'>, 'onClick'> & {
  /** Right that one needs for the act. */
  readonly right: Right
  readonly onClick?: () => void
}

/** A button for what not everybody may do. For whoever may not it is there all the same, and says who can. */
export function ActButton({ right, onClick, type = 'button', ...rest }: ActButtonProps) {
  if (may(right)) return <button {...rest} type={type} onClick={onClick} />
  const why = whyNot(right)
  return (
    <button
      {...rest}
      type="button"
      aria-disabled="true"
      aria-description={why}
      title={why}
      data-needs={right}
      onClick={() => notify(why)}
    />
  )
}
