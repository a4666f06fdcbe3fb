export default function accept(event: string): string[] {
  return [event]
}
