/** Values of a form by the name of their fields. */
export type FormValues = Readonly<Record<string, string>>
