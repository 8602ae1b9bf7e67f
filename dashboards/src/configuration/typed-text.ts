import { useSignal } from '@preact/signals'

/**
 * Attributes of a line of text whose value is taken trimmed. While somebody types it stays as it is: a space before the next word
 * would be gone before that word comes.
 */
export function useTypedText(known: string, onChange: (text: string) => void) {
  const typed = useSignal<string | null>(null)
  return {
    value: typed.value ?? known,
    onInput: ({ currentTarget }: { readonly currentTarget: HTMLInputElement }) => {
      typed.value = currentTarget.value
      onChange(currentTarget.value.trim())
    },
    onBlur: () => {
      typed.value = null
    },
  }
}
