export class Decider {
  constructor(readonly name: string) {}
}
