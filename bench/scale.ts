import { interleaved, median, node, ratios } from "./measure.ts";
import { line, spread } from "./report.ts";

/** What planning services costs, as `bench/services.ts` measures it in its own process. */
interface Scale {
  readonly resources: number;
  readonly milliseconds: number;
  readonly megabytes: number;
}

const sizes = [50, 200, 800] as const;
/** Growth per resource that still counts as linear: a sixteen-fold plan with quadratic work in it shows far more. */
const linear = 1.5;

/** Measures plans of more and more services; gives the report's lines. */
export async function measureScale(rounds: number): Promise<string[]> {
  const scales = new Map<number, Scale>();
  const cases = sizes.map((size) => ({
    name: `${size} services`,
    sample: async () => {
      const scale: Scale = JSON.parse(await node(["bench/services.ts", String(size)]));
      scales.set(size, scale);
      return scale.milliseconds / scale.resources;
    },
  }));
  const samples = await interleaved(cases, rounds);
  const [smallest] = sizes;
  return sizes.map((size) => {
    const name = `${size} services`;
    const scale = scales.get(size);
    const text = `${name}, ${scale?.resources} resources: ${spread(samples.get(name) ?? [], 3)} ms a resource, ${Math.round(scale?.megabytes ?? 0)} MiB`;
    if (size === smallest) return line(text);
    const growth = median(ratios(samples, name, `${smallest} services`));
    return line(`${text}, ${growth.toFixed(2)} × the cost a resource of ${smallest} services`, {
      claim: `linear, so at most ${linear} ×`,
      holds: growth <= linear,
    });
  });
}
