package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"sparker/configs"
	"sparker/twosample"
)

var update = flag.Bool("update", false, "write the pages that are made from the program")

// methodsPage returns the page docs/reference/tests.md.
func methodsPage(methods []twosample.Method) string {
	var b strings.Builder
	b.WriteString(`<!-- Generated from the registry of package twosample: go test ./cmd/sparker -run TestMethodsPage -update -->

# The two-sample tests

` + "`sparker list --tests`" + ` prints this list. ` + "`test.method`" + ` names one of the tests. The key
` + "`tests`" + ` lists several, which are all made on the same toys. In the costs, n is the number of
reference rows, m the number of data rows, and d the number of columns. The column "rows" tells whether
a test sees the number of data rows, which it can do in extended counting only.

| test | sees | rows | cost | source | options |
|---|---|---|---|---|---|
`)
	has := map[string]bool{}
	for name := range configs.Defaults().Baselines.Options() {
		has[name] = true
	}
	for _, m := range methods {
		rows, options := "no", ""
		if m.Rate {
			rows = "yes"
		}
		if has[m.Name] {
			options = fmt.Sprintf("[baselines.%s](config.md#baselines%s)", m.Name, m.Name)
		}
		fmt.Fprintf(&b, "| **%s**<br>%s | %s | %s | %s | %s | %s |\n", m.Name, m.Title, m.About, rows,
			m.Cost, m.Source, options)
	}
	b.WriteString(`
The last tests are limits. They are told the density of the background, which no test of measured data
knows, and show how much of the possible power the others reach.
`)
	return b.String()
}

// The page of the tests says what the registry says.
func TestMethodsPage(t *testing.T) {
	t.Parallel()
	const name = "../../docs/reference/tests.md"
	want := methodsPage(twosample.Methods())
	if *update {
		if err := os.WriteFile(name, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(name)
	if err != nil || string(got) != want {
		t.Errorf("%s is stale: go test ./cmd/sparker -run TestMethodsPage -update (%v)", name, err)
	}
}

func TestListTests(t *testing.T) {
	got := mustSucceed(t, "list", "--tests").stdout
	for _, m := range twosample.Methods() {
		if !strings.Contains(got, m.Name+" ("+m.Title+")\n") {
			t.Errorf("%s is not listed", m.Name)
		}
	}
	for _, want := range []string{"  cost    O((n+m)² d)\n",
		"  source  Gretton et al., JMLR 13 (2012)\n", "cannot test measured\n  data.", "It does not see the number of rows."} {
		if !strings.Contains(got, want) {
			t.Errorf("the list lacks %q:\n%s", want, got)
		}
	}
}
