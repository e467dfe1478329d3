package experiments

import (
	"path/filepath"
	"testing"

	"sparker/results"
)

// Every test except SparKer takes its options from its block, and from that alone: its scales
// follow them, and its toys are the same fits whatever the blocks of other tests hold.
func TestOptionsOfTests(t *testing.T) {
	t.Parallel()
	s := loadSweep(t, `
name: methods
data: {reference: 300, expected: 40}
toys: {null: 19, alternative: 2, signal: [0]}
record: {fits: 0}
sweep:
  grid:
    method:
      one width: {test.method: falkon, baselines.falkon.widths: [0.5]}
      two percentiles: {test.method: falkon, baselines.falkon.percentiles: [50, 90]}
      network: {test.method: network, baselines.network: {epochs: 6, checkpoints: 2, learning_rate: 0.1}}
      network, BCE: {test.method: network, baselines.network: {epochs: 6, checkpoints: 2, learning_rate: 0.1}, loss.kind: bce}
      three neighbors: {test.method: knn, baselines.knn.k: [3]}
      ks: {test.method: ks}
      ks beside: {test.method: ks, baselines.knn.k: [3]}
`)
	store, summary := runSweep(t, s, RunOptions{Dir: filepath.Join(t.TempDir(), "run")})
	cells, manifest := summary.Cells, store.Manifest()
	var scales [][]results.ScaleRecord
	for _, c := range manifest.Cells {
		scales = append(scales, c.Scales)
	}
	if len(scales[0]) != 1 || scales[0][0].Sigma != 0.5 {
		t.Errorf("one width: scales %+v", scales[0])
	}
	if n := len(scales[1]); n != 2 || !(scales[1][0].Sigma < scales[1][1].Sigma) {
		t.Errorf("two percentiles: scales %+v", scales[1])
	}
	if n := len(scales[2]); n != 2 || scales[2][0].Statistic != "t after 3 epochs" ||
		scales[2][1].Statistic != "t after 6 epochs" {
		t.Errorf("network: scales %+v", scales[2])
	}
	if n := len(scales[4]); n != 2 {
		t.Errorf("three neighbors: scales %+v", scales[4])
	}
	if cells[2].Scales[0].Mean == cells[3].Scales[0].Mean {
		t.Error("the network does not see the loss")
	}
	if a, b := manifest.Cells[5], manifest.Cells[6]; a.NullKey != b.NullKey ||
		a.AlternativeKey != b.AlternativeKey {
		t.Errorf("options of another test give new fits: %+v and %+v", a, b)
	}
}
