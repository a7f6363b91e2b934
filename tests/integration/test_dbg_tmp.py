from tests.integration.test_fhir_server import *
import difflib, json
def test_dbg(http, server, requests_of_patients):
    r=requests_of_patients["achilles-rupture"]
    a=calls.without_identity(calls.post(http,r).json); b=calls.without_identity(calls.post(http, without_prefetch(r,server)).json)
    print("\n".join(difflib.unified_diff(json.dumps(a,indent=1).splitlines(),json.dumps(b,indent=1).splitlines(),lineterm="",n=4)))
