package crash

import (
	"errors"
	"runtime"
	"strings"
	"testing"
)

func divide(a, b int) (ratio int, err error) {
	defer Catch(&err)
	return a / b, nil
}

func TestCatch(t *testing.T) {
	t.Parallel()
	if ratio, err := divide(6, 2); ratio != 3 || err != nil {
		t.Errorf("6/2 is %d, %v", ratio, err)
	}
	_, err := divide(1, 0)
	var caught *Fault
	if !errors.As(err, &caught) || err.Error() !=
		"internal error: runtime error: integer divide by zero" {
		t.Fatalf("error %v", err)
	}
	if !strings.Contains(string(caught.Stack), "crash.divide") {
		t.Errorf("the stack does not name the function:\n%s", caught.Stack)
	}
	var fault runtime.Error
	if !errors.As(err, &fault) {
		t.Errorf("%v does not wrap the value of the panic", err)
	}
}

// A value that is not an error is part of the message. An error that is returned stays.
func TestCatchOtherValues(t *testing.T) {
	t.Parallel()
	call := func(f func() error) (err error) {
		defer Catch(&err)
		return f()
	}
	if err := call(func() error { panic("no such kernel") }); err == nil ||
		err.Error() != "internal error: no such kernel" || errors.Unwrap(err) != nil {
		t.Errorf("error %v", err)
	}
	full := errors.New("disk full")
	if err := call(func() error { return full }); err != full {
		t.Errorf("error %v; want the one that is returned", err)
	}
}
