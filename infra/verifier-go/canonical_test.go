package main

import (
	"bytes"
	"errors"
	"testing"
)

// The numbers and the text are those of RFC 8785, §3.2.2 and appendix B; the order of names is that of §3.2.3.
func TestEveryValueHasOneSpelling(t *testing.T) {
	for _, spelled := range []string{
		`0`, `-1`, `4.5`, `0.002`, `1e-27`, `333333333.3333333`, `1e+30`, `5e-324`, `-5e-324`,
		`1.7976931348623157e+308`, `9007199254740992`, `295147905179352830000`, `9.999999999999997e+22`,
		`1e+23`, `999999999999999900000`, `1e+21`, `0.000001`, `9.999999999999997e-7`,
		`333333333.33333325`, `0.000003333333333333333`, `1424953923781206.2`, `1e-10`, `1e+100`,
		"\"\u20ac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"", `"é<>&"`, "\"\u007f\u2028\"", `[]`, `{}`, `[null,true,false,{"a":[]}]`,
		"{\"\\r\":1,\"1\":2,\"\u0080\":3,\"ö\":4,\"\u20ac\":5,\"\U0001f600\":6,\"\ufb33\":7}",
	} {
		if err := checkSpelling(spelled); err != nil {
			t.Error(spelled, err)
		}
	}
	for _, other := range []string{
		` 1`, "1\n", `[1, 2]`, `1.0`, `-0`, `1e0`, `1E+30`, `1e30`, `1e-07`, `9007199254740993`, `0.0000001`, `1e400`,
		`{"b":1,"a":2}`, "{\"\ufb33\":7,\"\U0001f600\":6}", `"\u0041"`, `"\/"`, `"\u000F"`, `"\u000a"`, `"\ud83d\ude00"`, `"\ud83d"`,
	} {
		if checkSpelling(other) == nil {
			t.Errorf("%q is taken", other)
		}
	}
}

func checkSpelling(text string) error {
	value, err := decodeJSON([]byte(text))
	if err != nil {
		return err
	}
	if spelled, ok := appendCanonical(nil, value); !ok || !bytes.Equal(spelled, []byte(text)) {
		return errors.New("is not canonical")
	}
	return nil
}
