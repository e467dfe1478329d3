package browser_test

import (
	"testing"

	"sparker/internal/browser"
)

func Example() {
	_ = func(t *testing.T) { // a test
		page := browser.Open(t)
		page.Show([]byte(`<!DOCTYPE html><title>Report</title><p id="n">3 toys</p>`))
		if got := browser.Value[string](page, "n.textContent"); got != "3 toys" {
			t.Errorf("the page says %q", got)
		}
		page.Quiet()
	}
}
