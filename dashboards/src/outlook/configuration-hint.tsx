import { linkTo } from '../nav.js'
import { may } from '../session.js'

interface ConfigurationHintProps {
  readonly about: 'plan' | 'savings'
  readonly text: string
  /** Text of the link to the page Configuration. */
  readonly link: string
}

/** One line in the place of a card that would be empty, for those who could describe what belongs into it. */
export function ConfigurationHint({ about, text, link }: ConfigurationHintProps) {
  if (!may('administer')) return null
  return (
    <p class="outlook-hint faint" data-hint={about}>
      {text}{' '}
      <a class="outlook-link" href={linkTo({ view: 'configuration' })}>
        {link}
      </a>
    </p>
  )
}
