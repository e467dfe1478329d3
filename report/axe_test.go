package report

import (
	"os"
	"testing"

	"sparker/internal/browser"
)

// accessible reports an error for every element of a page, within a CSS selector, that axe-core
// (testdata/axe.min.js, version 4.14.1) finds not to be accessible: contrast, names, roles, order.
func accessible(t *testing.T, p *browser.Page, selector string) {
	t.Helper()
	axe, err := os.ReadFile("testdata/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	browser.Value[bool](p, string(axe)+";true")
	for _, v := range browser.Value[[]string](p, `axe.run("`+selector+`").then(r =>
		r.violations.flatMap(v => v.nodes.map(n => v.id + ": " + v.help + ": " + n.html)))`) {
		t.Errorf("axe: %s", v)
	}
}
