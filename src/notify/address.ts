import { readSecret, withoutSecrets } from '../access/secret.js'
import { isUserReadable, type SendOutcome, secretsOf, shownUrl } from './sender.js'

interface Hook {
  readonly id: string
  readonly url?: string | undefined
  readonly url_file?: string | undefined
  /** Setting that it stands in; a notify channel when absent. */
  readonly of?: string
}

const settingOf = ({ id, of = 'notify channel' }: Hook): string => `${of} ${id}`

/** The address of a hook, read anew. Throws with the setting when there is none. */
export function addressOf(hook: Hook): URL {
  const { url, url_file } = hook
  const of = settingOf(hook)
  const text = readSecret({ value: url, file: url_file, fileSetting: `url_file of ${of}` })
  if (!URL.canParse(text) || !/^https?:/.test(text)) {
    throw new Error(`url_file of ${of} does not hold an address that begins with https://`)
  }
  const address = new URL(text)
  if (!isUserReadable(address)) {
    throw new Error(`the address of ${of} has a % in its user or password that has to be written as %25`)
  }
  return address
}

/** The address as it may be shown. */
export function shownAddressOf(hook: Hook): string {
  try {
    return shownUrl(addressOf(hook))
  } catch (error) {
    return (error as Error).message
  }
}

/** Reads what is secret, sends, and keeps it out of what is said of that. A secret that cannot be read is for a person to mend. */
export async function sendTo(
  hook: Hook,
  secret: { readonly value: string | undefined; readonly file: string | undefined; readonly setting: string },
  send: (url: URL, secret: string) => Promise<SendOutcome>,
): Promise<SendOutcome> {
  let url: URL
  let text: string
  try {
    url = addressOf(hook)
    const fileSetting = `${secret.setting} of ${settingOf(hook)}`
    text = readSecret({ value: secret.value, file: secret.file, fileSetting })
  } catch (error) {
    return { kind: 'refused', detail: (error as Error).message }
  }
  const outcome = await send(url, text)
  return { ...outcome, detail: withoutSecrets(outcome.detail, [...secretsOf(url), text]) }
}
