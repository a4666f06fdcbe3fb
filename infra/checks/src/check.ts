// node infra/checks/src/check.ts: the house rules, each checker with its time; then that each rule can fail.
import {
  biomeStep,
  boundariesStep,
  deadCodeStep,
  isGreen,
  repository,
  runStep,
  type Step,
  typesStep,
} from './steps.ts'

const canariesStep: Step = {
  name: 'canaries',
  command: ['vitest', 'run', '--project', 'canaries'],
  saw: /Tests +[1-9]\d* passed/,
}

const verdicts: string[] = []
let isAllGreen = true

for (const step of [biomeStep, boundariesStep, typesStep, deadCodeStep, canariesStep]) {
  console.log(`${step.name} …`)
  const began = performance.now()
  const finished = await runStep(step, repository)
  const green = isGreen(step, finished)
  const spent = ((performance.now() - began) / 1000).toFixed(1)
  if (!green) console.log(`\n${step.command.join(' ')}\n${finished.words}`)
  verdicts.push(`${green ? 'ok    ' : 'FAILED'}  ${step.name} (${spent} s)`)
  console.log(verdicts.at(-1))
  isAllGreen &&= green
}

console.log(`\n${verdicts.join('\n')}`)
process.exitCode = isAllGreen ? 0 : 1
