import { DiagnosticCategory, flattenDiagnosticMessageText, ModuleKind, transpileModule } from "typescript";

/** What TypeScript's parser has against a text. */
export function syntaxProblems(text: string): string[] {
  const { diagnostics = [] } = transpileModule(text, {
    reportDiagnostics: true,
    compilerOptions: { module: ModuleKind.ESNext },
  });
  return diagnostics
    .filter(({ category }) => category === DiagnosticCategory.Error)
    .map(({ messageText }) => flattenDiagnosticMessageText(messageText, "\n"));
}
