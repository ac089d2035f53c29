import type { OutputContext, ResourceModel, Rule } from "../model.ts";
import { member, role } from "../rules.ts";
import { type Properties, valueAt } from "../values.ts";

/** What tells one `…IamMember` type from another. */
interface IamMemberFacts {
  readonly token: string;
  /** The inputs that say whose policy it is. */
  readonly target: readonly string[];
  /** Further rules, by path. */
  readonly rules?: Readonly<Record<string, Rule | readonly Rule[]>>;
  /** The identifier of the resource that the policy belongs to. */
  readonly parent: (context: OutputContext) => string;
  /** Inputs that the provider reads out of the parent's identifier when the program leaves them out. */
  readonly fillIn?: Readonly<Record<string, (context: OutputContext) => string | undefined>>;
}

/**
 * One member of one role on one resource. All its fields are immutable: IAM knows no change of a binding, only its removal
 * and another. The id is `PARENT/ROLE/MEMBER`, with the condition's title behind it.
 */
export function iamMember(facts: IamMemberFacts): ResourceModel {
  return {
    token: facts.token,
    required: facts.target.filter((field) => facts.fillIn?.[field] === undefined),
    rules: { role, member, ...facts.rules },
    replaceOn: [...facts.target, "project", "role", "member", "condition"],
    id: (context) => {
      const title = valueAt(context.inputs, "condition", "title");
      const id = context.join`${facts.parent(context)}/${context.text("role")}/${context.text("member")}`;
      return typeof title === "string" ? context.join`${id}/${title}` : id;
    },
    outputs: (context) => {
      const filled: Properties = {};
      for (const [field, read] of Object.entries(facts.fillIn ?? {})) {
        const value = context.inputs[field] ?? read(context);
        if (value !== undefined) filled[field] = value;
      }
      return { ...filled, etag: context.renew(() => `BwY${context.hex(context.now(), 9)}=`) };
    },
  };
}
