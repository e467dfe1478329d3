package report_test

import (
	"fmt"
	"log"
	"strings"

	"sparker/report"
	"sparker/results"
)

func ExampleWrite() {
	var page strings.Builder
	err := report.Write(&page, report.Contents{
		Question: "Does <new.csv> differ from old.csv?",
		Answer:   []string{"p = 0.31 (Z = 0.50): no difference is found"},
		Manifest: results.Manifest{Name: "test"},
	})
	if err != nil {
		log.Fatal(err)
	}
	for line := range strings.Lines(page.String()) {
		if strings.Contains(line, "<h1>") || strings.Contains(line, `class="answer"`) {
			fmt.Print(line)
		}
	}
	// Output:
	// <h1>Does &lt;new.csv&gt; differ from old.csv?</h1>
	// <p class="answer">p = 0.31 (Z = 0.50): no difference is found</p>
}
