// Reads a Grafana dashboard from standard input as Grafana's own types take it, strictly, and prints what is wrong with
// it, one problem a line: fields that are unknown, missing or of another type; panels and queries that nobody knows.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/cog/plugins"
	"github.com/grafana/grafana-foundation-sdk/go/cog/variants"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// What decides which of Grafana's types a panel and its queries are read by.
type panel struct {
	Type       string            `json:"type"`
	Datasource source            `json:"datasource"`
	Targets    []json.RawMessage `json:"targets"`
	Panels     []panel           `json:"panels"`
}

type source struct {
	Type string `json:"type"`
}

func main() {
	// Without these the options of panels, and queries, would be taken as they are.
	plugins.RegisterDefaultPlugins()
	text, err := io.ReadAll(os.Stdin)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	problems := check(text)
	for _, problem := range problems {
		fmt.Println(problem)
	}
	if len(problems) > 0 {
		os.Exit(1)
	}
}

func check(text []byte) []string {
	var strict dashboard.Dashboard
	if problems := lines("", strict.UnmarshalJSONStrict(text)); len(problems) > 0 {
		return problems
	}
	// Read strictly, a dashboard has lost its panels: they come with an error that holds none, and are dropped for it.
	var whole dashboard.Dashboard
	if err := json.Unmarshal(text, &whole); err != nil {
		return lines("", err)
	}
	var raw panel
	if err := json.Unmarshal(text, &raw); err != nil {
		return lines("", err)
	}
	return append(lines("", whole.Validate()), unchecked("", raw.Panels)...)
}

// What the types above take without a look: panels whose kind they don't know, and queries that don't name their data
// source themselves but take it from their panel.
func unchecked(path string, panels []panel) []string {
	var problems []string
	for index, each := range panels {
		at := fmt.Sprintf("%spanels[%d]", path, index)
		if _, known := cog.ConfigForPanelcfgVariant(each.Type); !known && each.Type != "row" {
			problems = append(problems, fmt.Sprintf("%s.type: no panel is called %q", at, each.Type))
		}
		for target, text := range each.Targets {
			at := fmt.Sprintf("%s.targets[%d].", at, target)
			query, err := cog.StrictUnmarshalDataquery(text, each.Datasource.Type)
			if _, unknown := query.(variants.UnknownDataquery); unknown {
				problems = append(problems, at+"datasource.type: neither the query nor its panel names a type that is known")
			}
			problems = append(problems, lines(at, err)...)
		}
		problems = append(problems, unchecked(at+".", each.Panels)...)
	}
	return problems
}

// The problems that an error stands for. One that is not nil may stand for none.
func lines(prefix string, err error) []string {
	if err == nil {
		return nil
	}
	var several cog.BuildErrors
	if !errors.As(err, &several) {
		return []string{prefix + err.Error()}
	}
	problems := make([]string, 0, len(several))
	for _, each := range several {
		problems = append(problems, prefix+each.Error())
	}
	return problems
}
