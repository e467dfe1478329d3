package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// The parts of the jobs of HTCondor and Kubernetes, run as plain processes with what the scheduler
// gives to them, make the run of an unbroken one.
func TestPartsOfSubmit(t *testing.T) {
	inFolder(t)
	submit := func(scheduler string, more ...string) string {
		return mustSucceed(t, append([]string{"submit", scheduler, "tiny.yaml", "test.method=ks",
			"--shards", "3", "--dir", "the parts/" + scheduler}, more...)...).stdout
	}
	condor := submit("condor")
	manifest := checkManifest(t, submit("k8s", "--image", "i", "--claim", "c"))
	writeFile(t, "config.yaml", at(t, manifest["ConfigMap"], "data", "config.yaml").(string))
	for process := range 3 {
		mustSucceed(t, condorWords(t, condorJob(t, condor, process)["arguments"])...)
		index := fmt.Sprint(process)
		t.Setenv("JOB_COMPLETION_INDEX", index)
		words := kubeWords(t, manifest["Job"], index)
		words[1] = strings.TrimPrefix(words[1], podConfig+"/") // the volume of the config
		mustSucceed(t, words...)
	}
	mustSucceed(t, "run", "tiny.yaml", "test.method=ks", "--dir", "unbroken", "--no-figures")
	for _, scheduler := range []string{"condor", "k8s"} {
		parts, err := filepath.Glob("the parts/" + scheduler + "/*")
		if err != nil || len(parts) != 3 {
			t.Fatalf("parts %q, %v; want three", parts, err)
		}
		mustSucceed(t, append(append([]string{"merge"}, parts...), "--out", scheduler)...)
		got := readFile(t, scheduler+"/summary.json")
		if got != readFile(t, "unbroken/summary.json") {
			t.Errorf("%s: the summary differs from that of an unbroken run:\n%s", scheduler, got)
		}
	}
}
