package main

import (
	"sparker/findings"
	"sparker/results"
)

// answerSchema is the version of the JSON output of sparker test.
const answerSchema = "sparker/test/1"

// testRecord is the JSON output of sparker test. The answer of a single test is at the top level.
type testRecord struct {
	Schema string `json:"schema"` // answerSchema
	// The fields of Answer are absent if several tests are made of the sample: Cells has them.
	*Answer
	// RunFolder is the path of the run folder. It is absent without one.
	RunFolder string `json:"run_folder,omitempty"`
	// Summary is the content of summary.json.
	Summary results.Summary `json:"summary"`
	// Findings is the content of findings.json of a single test. It is absent if the test fits no
	// kernels, or failed.
	Findings *findings.Findings `json:"findings,omitempty"`
	// Cells are the tests, if there are several of one sample.
	Cells []cellAnswer `json:"cells,omitempty"`
}

// Answer is what a test of a sample says.
type Answer struct {
	// P is the p-value, and Z its significance in standard deviations, one-sided. Both are absent
	// without a p-value: Verdict says why.
	P *float64 `json:"p,omitempty"`
	Z *float64 `json:"z,omitempty"`
	// Bound reports that no null toy was as extreme as the data. P is then an upper bound, and Z a
	// lower one.
	Bound bool    `json:"bound"`
	Alpha float64 `json:"alpha"` // the size of the test
	// Differs reports whether P is at most Alpha. It is absent if P is.
	Differs *bool `json:"differs,omitempty"`
	// Verdict says in one sentence whether the samples differ, and what was compared.
	Verdict string `json:"verdict"`
	// Places says where the samples differ, the most significant first; see findings.json. It is
	// empty if the test fits no kernels.
	Places []findings.Place `json:"places"`
	// Stopped says why the null toys ended, as in summary.json. It is absent if their number was
	// fixed.
	Stopped string `json:"stopped,omitempty"`
	// Extrapolated is a p-value beyond the null toys, as in summary.json. It is absent unless it
	// was asked for.
	Extrapolated *results.Extrapolated `json:"extrapolated,omitempty"`
	// Rows is the content of rows.json: the rows that stand out. It is absent without a list.
	Rows *findings.RowList `json:"rows,omitempty"`
	// Warnings are those of the test, of its findings and of the list of rows.
	Warnings []string `json:"warnings"`
}

// cellAnswer is the answer of one of several tests.
type cellAnswer struct {
	Cell  int    `json:"cell"`
	Title string `json:"title"`
	Answer
	// Folder holds the files of the findings. It is absent if Findings is.
	Folder   string             `json:"folder,omitempty"`
	Findings *findings.Findings `json:"findings,omitempty"`
}

// answer returns what a test says.
func (c testedCell) answer() Answer {
	o := c.summary.Observed
	a := Answer{P: o.P, Z: o.Z, Bound: o.ZBound, Alpha: c.summary.Alpha, Verdict: c.sentence(),
		Stopped: o.Stopped, Extrapolated: o.Extrapolated, Rows: c.rows, Warnings: c.warnings()}
	if o.P != nil {
		a.Differs = new(c.differs())
	}
	a.Places = []findings.Place{}
	if c.findings != nil {
		a.Places = append(a.Places, c.findings.Places...)
	}
	return a
}

// newTestRecord returns the JSON output of tests. The store is nil without a run folder.
func newTestRecord(store *results.Store, summary results.Summary, cells []testedCell) testRecord {
	record := testRecord{Schema: answerSchema, Summary: summary}
	if store != nil {
		record.RunFolder = store.Dir()
	}
	if len(cells) == 1 {
		record.Answer, record.Findings = new(cells[0].answer()), cells[0].findings
		return record
	}
	for _, c := range cells {
		a := cellAnswer{Cell: c.summary.Cell, Title: c.summary.Title(), Answer: c.answer(),
			Findings: c.findings}
		if c.findings != nil {
			a.Folder = store.FindingsDir(c.summary.Cell)
		}
		record.Cells = append(record.Cells, a)
	}
	return record
}
