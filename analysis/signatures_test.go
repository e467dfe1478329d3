package analysis

import (
	"strings"
	"testing"

	"sparker/configs"
	"sparker/results"
	"sparker/signatures"
	"sparker/train"
)

// A remedy asks for keys that a config takes, and not for what it has already.
func TestRemediesFitTheConfig(t *testing.T) {
	t.Parallel()
	var e configs.Experiment
	e.Train.Width.End = 0.1
	e.Train.Width.Schedule = "linear"
	list := []results.Signature{{Name: signatures.Collapse}, {Name: signatures.NoConvergence},
		{Name: signatures.UntrainedScale}, {Name: signatures.FewToys, Remedy: "1900 toys"}}
	check := func(name string, parts ...string) {
		t.Helper()
		for _, s := range WithKeys(list, e) {
			if s.Name != name {
				continue
			}
			for _, part := range parts {
				word, absent := strings.CutPrefix(part, "!")
				if strings.Contains(s.Remedy, word) == absent {
					t.Errorf("the remedy of %s is %q; want %q", name, s.Remedy, part)
				}
			}
		}
	}
	check(signatures.Collapse, "model.softmax: true")
	check(signatures.NoConvergence, "train.width.end", "!end_factor")
	check(signatures.UntrainedScale, "schedule: exponential")
	check(signatures.FewToys, "1900 toys (toys.null, or --toys)")
	e.Model.SoftMax = true
	e.Train.Width.End, e.Train.Width.Schedule = train.Auto, "exponential"
	check(signatures.Collapse, "!model.softmax", "model.kernels")
	check(signatures.NoConvergence, "train.width.end_factor")
	check(signatures.UntrainedScale, "!schedule", "train.epochs")
}
