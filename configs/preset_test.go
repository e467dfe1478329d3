package configs

import (
	"strings"
	"testing"

	"sparker/twosample"
)

// Every preset sets keys that there are to values that are possible, and the same keys as the
// others.
func TestPresets(t *testing.T) {
	t.Parallel()
	var keys string
	for i, name := range presetNames() {
		e, err := LoadBytes("f.yaml", []byte("name: x\npreset: "+name+"\n"), nil)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		overridden, err := LoadBytes("f.yaml",
			[]byte("name: x\npreset: "+name+"\ntrain: {clip: 7, width: {schedule: cosine}}\n"),
			[]string{"train.epochs=33"})
		if err != nil {
			t.Fatal(err)
		}
		if c := overridden.Train; c.Clip != 7 || c.Width.Schedule != "cosine" || c.Epochs != 33 ||
			c.Optimizer != e.Train.Optimizer {
			t.Errorf("%s: the preset takes precedence over the config: %+v", name, c)
		}
		var own []string
		for _, key := range presetKeys(twosample.Recipes()[i]) {
			own = append(own, strings.TrimSuffix(strings.TrimSuffix(key, ".every"), ".births"))
		}
		if all := strings.Join(own, " "); keys == "" {
			keys = all
		} else if all != keys {
			t.Errorf("%s sets %s, another preset %s", name, all, keys)
		}
	}
}

func TestWherePresetsStand(t *testing.T) {
	t.Parallel()
	if e, err := LoadBytes("f.yaml", []byte("name: x\ntrain: {epochs: 50}\n"),
		[]string{"preset=lead"}); err != nil || e.Train.Births.Every != 10 || e.Train.Epochs != 50 {
		t.Errorf("a preset on the command line: %+v, %v", e.Train, err)
	}
	if _, err := LoadBytes("f.yaml", []byte("name: x\npreset: papr\n"), nil); err == nil ||
		!strings.Contains(err.Error(), `f.yaml:2:1: preset: is "papr", did you mean "paper"? `+
			"presets: lead, paper") {
		t.Errorf("a misspelled preset: %v", err)
	}
	if _, err := LoadBytes("f.yaml", []byte("name: x\npreset: paper\npreset: lead\n"),
		nil); err == nil || !strings.Contains(err.Error(), "f.yaml:3:1: preset: is set twice") {
		t.Errorf("two presets: %v", err)
	}
	if f, err := LoadFit([]string{"preset=lead", "train.epochs=20"}); err != nil ||
		f.Train.Births.Every != 10 || f.Train.Epochs != 20 {
		t.Errorf("a preset of a fit: %+v, %v", f, err)
	}
}

func TestPresetsInSweeps(t *testing.T) {
	t.Parallel()
	s := loadedSweep(t, "name: x\nsweep:\n  list:\n    - {preset: paper}\n"+
		"    - {label: ours, preset: lead, train.epochs: 60}\n", Changes{})
	if a, b := s.Cells[0], s.Cells[1]; a.Arms[0].Label != "preset=paper" ||
		a.Experiment.Train.Width.Schedule != "linear" || b.Experiment.Train.Epochs != 60 ||
		len(b.Experiment.Test.Statistics) != 2 {
		t.Errorf("presets of arms: %+v", s.Cells)
	}
	// What an arm sets after a preset counts, also where it is a part of a block, and the resolved
	// config says the same.
	s = loadedSweep(t, "name: x\nsweep:\n  list:\n    - {preset: lead, loss.l2: 0, "+
		"train.births.every: 0, train.learning_rate: {centroids: 0.1}}\n", Changes{})
	text, err := s.YAML()
	if err != nil {
		t.Fatal(err)
	}
	for _, again := range []Sweep{s, loadedSweep(t, string(text), Changes{})} {
		e := again.Cells[0].Experiment
		if e.Loss.L2 != 0 || e.Train.Births.Every != 0 || e.Train.Births.Candidates != 16 ||
			e.Train.LearningRate.Centroids != 0.1 || e.Train.LearningRate.Unit != "sigma" {
			t.Errorf("a preset with changes: %+v, %+v", e.Loss, e.Train)
		}
	}
	if s := loadedSweep(t, "name: x\n",
		Changes{Sweeps: []string{"preset=paper,lead"}}); len(s.Cells) != 2 ||
		s.Cells[1].Experiment.Train.Births.Every != 10 {
		t.Errorf("a sweep of presets: %+v", s.Cells)
	}
}
