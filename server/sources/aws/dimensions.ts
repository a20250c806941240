/** `risk=HIGH,workload=shop`, sorted; `%`, `,` and `=` inside a value are percent-encoded. What is undefined is left out. */
export const dimensionsText = (values: Readonly<Record<string, string | undefined>>): string =>
  Object.entries(values)
    .flatMap(([name, value]) => (value === undefined || value === '' ? [] : [`${encoded(name)}=${encoded(value)}`]))
    .sort()
    .join(',');

const encoded = (text: string): string => text.replace(/[%,=]/g, (character) => encodeURIComponent(character));
